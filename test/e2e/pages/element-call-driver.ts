import {
  MatrixError,
  type MatrixEvent,
  type IEventRelation,
  type MatrixClient,
  type Room,
  type Direction,
  EventTimeline,
  EventType,
} from "matrix-js-sdk";
import {
  OpenIDRequestState,
  WidgetDriver,
  type Capability,
  type IGetMediaConfigResult,
  type IOpenIDUpdate,
  type IReadEventRelationsResult,
  type IRoomEvent,
  type IRtcTransportsResult,
  type ISendDelayedEventDetails,
  type ISendEventDetails,
  type IWidgetApiErrorResponseDataDetails,
  type SimpleObservable,
} from "matrix-widget-api";

/** As a widget gets it: decrypted. */
export function toWidget(event: MatrixEvent): IRoomEvent {
  return event.getEffectiveEvent() as IRoomEvent;
}

/** What a host lets a widget do with its client: everything that Element Call asks for, in its one room. */
export class ElementCallDriver extends WidgetDriver {
  readonly #client: MatrixClient;
  readonly #room: Room;

  constructor(client: MatrixClient, room: Room) {
    super();
    this.#client = client;
    this.#room = room;
  }

  override async validateCapabilities(requested: Set<Capability>): Promise<Set<Capability>> {
    return requested;
  }

  override async sendEvent(type: string, content: unknown, stateKey: string | null = null): Promise<ISendEventDetails> {
    const { roomId } = this.#room;
    const { redacts, ...redaction } = content as { redacts?: string };
    const sent =
      stateKey !== null
        ? await this.#client.sendStateEvent(roomId, type as never, content as never, stateKey)
        : type === (EventType.RoomRedaction as string)
          ? await this.#client.redactEvent(roomId, redacts!, undefined, redaction)
          : await this.#client.sendEvent(roomId, type as never, content as never);
    return { roomId, eventId: sent.event_id };
  }

  override async sendDelayedEvent(
    delay: number,
    type: string,
    content: unknown,
    stateKey: string | null = null,
  ): Promise<ISendDelayedEventDetails> {
    const { roomId } = this.#room;
    const sent =
      stateKey === null
        ? await this.#client._unstable_sendDelayedEvent(roomId, { delay }, null, type as never, content as never)
        : await this.#client._unstable_sendDelayedStateEvent(roomId, { delay }, type as never, content as never, stateKey);
    return { roomId, delayId: sent.delay_id };
  }

  override async sendStickyEvent(duration: number, type: string, content: unknown): Promise<ISendEventDetails> {
    const { roomId } = this.#room;
    const sent = await this.#client._unstable_sendStickyEvent(roomId, duration, null, type as never, content as never);
    return { roomId, eventId: sent.event_id };
  }

  override async sendDelayedStickyEvent(
    delay: number,
    duration: number,
    type: string,
    content: unknown,
  ): Promise<ISendDelayedEventDetails> {
    const { roomId } = this.#room;
    const sent = await this.#client._unstable_sendStickyDelayedEvent(roomId, duration, { delay }, null, type as never, content as never);
    return { roomId, delayId: sent.delay_id };
  }

  override async readStickyEvents(): Promise<IRoomEvent[]> {
    return [...this.#room._unstable_getStickyEvents()].map(toWidget);
  }

  override async cancelScheduledDelayedEvent(id: string): Promise<void> {
    await this.#client._unstable_cancelScheduledDelayedEvent(id);
  }

  override async restartScheduledDelayedEvent(id: string): Promise<void> {
    await this.#client._unstable_restartScheduledDelayedEvent(id);
  }

  override async sendScheduledDelayedEvent(id: string): Promise<void> {
    await this.#client._unstable_sendScheduledDelayedEvent(id);
  }

  override async sendToDevice(type: string, encrypted: boolean, contents: Record<string, Record<string, object>>): Promise<void> {
    const people = Object.entries(contents);
    if (!encrypted) {
      const map = new Map(people.map(([userId, devices]) => [userId, new Map(Object.entries(devices as Record<string, never>))]));
      return void (await this.#client.sendToDevice(type, map));
    }
    for (const [userId, devices] of people) {
      for (const [deviceId, content] of Object.entries(devices)) {
        const batch = await this.#client.getCrypto()!.encryptToDeviceMessages(type, [{ userId, deviceId }], content);
        await this.#client.queueToDevice(batch);
      }
    }
  }

  override async readRoomState(_roomId: string, type: string, stateKey: string | undefined): Promise<IRoomEvent[]> {
    const state = this.#room.getLiveTimeline().getState(EventTimeline.FORWARDS)!;
    if (stateKey === undefined) return state.getStateEvents(type).map(toWidget);
    const event = state.getStateEvents(type, stateKey);
    return event ? [toWidget(event)] : [];
  }

  override async readRoomTimeline(
    _roomId: string,
    type: string,
    messageType: string | undefined,
    stateKey: string | undefined,
    limit: number,
  ): Promise<IRoomEvent[]> {
    const fitting = this.#room
      .getLiveTimeline()
      .getEvents()
      .filter((event) => event.getType() === type && (stateKey === undefined || event.getStateKey() === stateKey))
      .filter((event) => messageType === undefined || event.getContent()["msgtype"] === messageType);
    return fitting.slice(limit > 0 ? -limit : 0).map(toWidget);
  }

  override async readEventRelations(
    eventId: string,
    _roomId?: string,
    relationType?: string,
    type?: string,
    from?: string,
    to?: string,
    limit?: number,
    direction?: "f" | "b",
  ): Promise<IReadEventRelationsResult> {
    const answer = await this.#client.relations(
      this.#room.roomId,
      eventId,
      (relationType ?? null) as IEventRelation["rel_type"] | null as never,
      type ?? null,
      { from, to, limit, dir: direction as Direction },
    );
    return { chunk: answer.events.map(toWidget), nextBatch: answer.nextBatch ?? undefined, prevBatch: answer.prevBatch ?? undefined };
  }

  override askOpenID(observer: SimpleObservable<IOpenIDUpdate>): void {
    void this.#client.getOpenIdToken().then(
      (token) => observer.update({ state: OpenIDRequestState.Allowed, token }),
      () => observer.update({ state: OpenIDRequestState.Blocked }),
    );
  }

  override async getRtcTransports(): Promise<IRtcTransportsResult> {
    return { rtc_transports: await this.#client._unstable_getRTCTransports() };
  }

  override getKnownRooms(): string[] {
    return [this.#room.roomId];
  }

  override async getMediaConfig(): Promise<IGetMediaConfigResult> {
    return { ...(await this.#client.getMediaConfig(true)) };
  }

  override processError(error: unknown): IWidgetApiErrorResponseDataDetails | undefined {
    return error instanceof MatrixError ? { matrix_api_error: error.asWidgetApiErrorData() } : undefined;
  }
}
