/** What of LiveKit's transports (livekit-client 2.23, `EngineEvent.TransportsCreated`) decides which ways a connection may take. */
export interface Transport {
  addIceCandidate(candidate: RTCIceCandidateInit): Promise<void>;
  setRemoteDescription(description: RTCSessionDescriptionInit, offerId: number): Promise<boolean>;
  createAndSetAnswer(): Promise<RTCSessionDescriptionInit>;
  close(): void;
  onIceCandidate?: (candidate: RTCIceCandidate) => void;
  onOffer?: (offer: RTCSessionDescriptionInit, offerId: number) => void;
}

/**
 * Holds a connection to UDP or to TCP: neither end learns of an address by the other protocol, so no packet goes there. Both have to be held back, since an SFU that knows of an address of
 * ours sends there by itself.
 */
export function holdTo(protocol: "udp" | "tcp", transport: Transport): void {
  const addIceCandidate = transport.addIceCandidate.bind(transport);
  const setRemoteDescription = transport.setRemoteDescription.bind(transport);
  const createAndSetAnswer = transport.createAndSetAnswer.bind(transport);
  const { onIceCandidate, onOffer } = transport;
  transport.addIceCandidate = async (candidate) => {
    if (protocolOf(candidate.candidate ?? "") === protocol) await addIceCandidate(candidate);
  };
  transport.setRemoteDescription = (description, offerId) => setRemoteDescription(heldTo(protocol, description), offerId);
  transport.createAndSetAnswer = async () => heldTo(protocol, await createAndSetAnswer());
  transport.onIceCandidate = (candidate) => {
    if (protocolOf(candidate.candidate) === protocol) onIceCandidate?.(candidate);
  };
  transport.onOffer = (offer, offerId) => onOffer?.(heldTo(protocol, offer), offerId);
}

/** `udp` or `tcp` of a candidate (RFC 8839 section 5.1); `undefined` of anything else. */
export function protocolOf(candidate: string): string | undefined {
  return /^(?:a=)?candidate:\S+ \d+ (\S+) /i.exec(candidate)?.[1]?.toLowerCase();
}

/** The description without candidates of other protocols. */
export function heldTo<D extends RTCSessionDescriptionInit>(protocol: "udp" | "tcp", { type, sdp = "" }: D): RTCSessionDescriptionInit {
  const isKept = (line: string): boolean => !line.startsWith("a=candidate:") || protocolOf(line) === protocol;
  return { type, sdp: sdp.split("\r\n").filter(isKept).join("\r\n") };
}
