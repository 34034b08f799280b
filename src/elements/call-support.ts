/**
 * Whether this browser can take part in encrypted calls at all: WebRTC whose frames can be encrypted before they leave, from a page that the browser trusts with devices. Asked before the visitor
 * is, so that nobody clicks Join in vain.
 */
export function canCall(): boolean {
  return (
    isSecureContext &&
    "RTCPeerConnection" in window &&
    "mediaDevices" in navigator &&
    ("RTCRtpScriptTransform" in window || "createEncodedStreams" in RTCRtpSender.prototype)
  );
}
