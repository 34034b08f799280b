import { expect } from "@open-wc/testing";
import { AllDevicesIsolationMode, OnlySignedDevicesIsolationMode, type DeviceIsolationMode } from "matrix-js-sdk/lib/crypto-api/index.js";

import { applyDevicePolicy } from "../../src/crypto/device-policy.js";

describe("applyDevicePolicy", () => {
  it("isolates the devices that their owners have not signed, or none", () => {
    const modes: DeviceIsolationMode[] = [];
    const crypto = { setDeviceIsolationMode: (mode: DeviceIsolationMode) => void modes.push(mode) };
    applyDevicePolicy(crypto, "signed-devices");
    applyDevicePolicy(crypto, "all-devices");
    expect(modes[0]).to.be.instanceOf(OnlySignedDevicesIsolationMode);
    expect(modes[1]).to.be.instanceOf(AllDevicesIsolationMode);
  });
});
