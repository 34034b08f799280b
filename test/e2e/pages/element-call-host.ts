// A Matrix client that shows Element Call as a widget, as Element does. Element Call itself comes from its package, unchanged, from another site.

import {
  ClientEvent,
  RoomEvent,
  RoomStateEvent,
  RoomStickyEventsEvent,
  type MatrixClient,
  type MatrixEvent,
  type Room,
} from "matrix-js-sdk";
import { ClientWidgetApi, MatrixWidgetType, Widget, type IWidgetApiRequest } from "matrix-widget-api";

import { ElementCallDriver, toWidget } from "./element-call-driver.ts";
import { createCallRoom, joinInvited, startPlainClient, type DeviceLogin } from "./plain-client.ts";

export interface ElementCallOptions {
  readonly roomId: string;
  /** Address of Element Call's index.html. */
  readonly elementCall: string;
}

declare global {
  interface Window {
    readonly elementCallHost: {
      start(login: DeviceLogin): Promise<void>;
      createRoom(name: string, invite: readonly string[]): Promise<string>;
      joinRoom(roomId: string): Promise<void>;
      /** Shows Element Call, which joins without a lobby. */
      open(options: ElementCallOptions): void;
      /** Actions of the widget, oldest first. */
      actions(): readonly string[];
      /** Types and senders of to-device messages for the widget. */
      toDevice(): readonly { type: string; sender: string; encrypted: boolean }[];
    };
  }
}

const ACTIONS = ["io.element.join", "im.vector.hangup", "io.element.close", "io.element.device_mute", "set_always_on_screen"];

let client: MatrixClient;
const actions: string[] = [];
const toDevice: { type: string; sender: string; encrypted: boolean }[] = [];

function open({ roomId, elementCall }: ElementCallOptions): void {
  const room = client.getRoom(roomId)!;
  const userId = client.getUserId()!;
  const parameters = Object.entries({
    userId,
    deviceId: client.getDeviceId()!,
    roomId,
    baseUrl: client.baseUrl,
    intent: "join_existing",
    skipLobby: "true",
    confineToRoom: "true",
    lang: "en",
    theme: "dark",
  }).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const url = `${elementCall}#?${parameters.join("&")}&widgetId=$matrix_widget_id`;
  const widget = new Widget({ id: "element-call", creatorUserId: userId, type: MatrixWidgetType.Custom, url, waitForIframeLoad: false });
  const complete = widget.getCompleteUrl({ widgetRoomId: roomId, currentUserId: userId, baseUrl: client.baseUrl });
  const frame = document.createElement("iframe");
  frame.allow = "microphone; camera; display-capture; autoplay; clipboard-write";
  frame.src = `${complete}&parentUrl=${encodeURIComponent(location.href)}`;
  document.body.replaceChildren(frame);
  const api = new ClientWidgetApi(widget, frame, new ElementCallDriver(client, room));
  api.setViewedRoomId(roomId);
  for (const action of ACTIONS) {
    api.on(`action:${action}`, (event: CustomEvent<IWidgetApiRequest>) => {
      event.preventDefault();
      actions.push(action);
      api.transport.reply(event.detail, action === "set_always_on_screen" ? { success: true } : {});
    });
  }
  feed(api, room);
}

/** Tells the widget of all that happens in the room, once and decrypted, and of what comes for this device. */
function feed(api: ClientWidgetApi, room: Room): void {
  const told = new Set<string>();
  const tell = async (event: MatrixEvent): Promise<void> => {
    if (event.getRoomId() !== room.roomId) return;
    await client.decryptEventIfNeeded(event);
    const id = event.getId();
    const asWhat = `${id} ${event.unstableStickyInfo ? "sticky" : ""}`; // an own event is known to be sticky when the server has said so
    if (!id || id.startsWith("~") || told.has(asWhat)) return;
    told.add(asWhat);
    await api.feedEvent(toWidget(event));
  };
  client.on(RoomEvent.Timeline, (event) => void tell(event));
  client.on(RoomEvent.LocalEchoUpdated, (event) => void tell(event));
  room.on(RoomStickyEventsEvent.Update, (added, updated) => {
    for (const event of [...added, ...updated.map(({ current }) => current)]) void tell(event);
  });
  client.on(RoomStateEvent.Events, (event) => {
    if (event.getRoomId() === room.roomId) void api.feedStateUpdate(toWidget(event));
  });
  client.on(ClientEvent.ReceivedToDeviceMessage, ({ message, encryptionInfo }) => {
    toDevice.push({ type: message.type, sender: message.sender, encrypted: encryptionInfo !== null });
    void api.feedToDevice(message, encryptionInfo !== null);
  });
}

Object.defineProperty(window, "elementCallHost", {
  value: {
    async start(login) {
      client = await startPlainClient(login);
    },
    createRoom: (name, invite) => createCallRoom(client, name, invite),
    async joinRoom(roomId) {
      await joinInvited(client, roomId);
    },
    open,
    actions: () => actions,
    toDevice: () => toDevice,
  } satisfies Window["elementCallHost"],
});
