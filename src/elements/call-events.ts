import type { CallShortcut } from "../controllers/call-shortcuts-controller.js";
import type { ErrorInfo } from "../internal/errors.js";
import type { CallTestFinding } from "../media/call-test-state.js";
import type { JoinOptions } from "../media/calls-state.js";

/** The visitor wants to join the call of a room. Cancel it to do something else first, or instead. */
export class MeloCallJoinEvent extends Event {
  constructor(
    /** Id or alias. */
    readonly room: string,
    readonly options: JoinOptions = {},
  ) {
    super("melo-call-join", { bubbles: true, composed: true, cancelable: true });
  }
}

/** This page is in the call of a room. */
export class MeloCallJoinedEvent extends Event {
  constructor(readonly roomId: string) {
    super("melo-call-joined", { bubbles: true, composed: true });
  }
}

/** The visitor wants to leave the call. Cancel it to ask first. */
export class MeloCallLeaveEvent extends Event {
  constructor(readonly roomId: string) {
    super("melo-call-leave", { bubbles: true, composed: true, cancelable: true });
  }
}

/** This page is no longer in the call; `error` says why, unless the visitor left. */
export class MeloCallLeftEvent extends Event {
  constructor(
    readonly roomId: string,
    readonly error?: ErrorInfo,
  ) {
    super("melo-call-left", { bubbles: true, composed: true });
  }
}

/** The visitor wants to see the call that this page is in: show it. */
export class MeloCallOpenEvent extends Event {
  constructor(readonly roomId: string) {
    super("melo-call-open", { bubbles: true, composed: true });
  }
}

/** A test of calls has come to its end. There is nothing secret in what it found. */
export class MeloCallTestedEvent extends Event {
  constructor(readonly findings: readonly CallTestFinding[]) {
    super("melo-call-tested", { bubbles: true, composed: true });
  }
}

/** A moderator wants to remove somebody from a room and its call, and has confirmed it. Cancel it to do something else instead. */
export class MeloParticipantRemoveEvent extends Event {
  constructor(
    readonly userId: string,
    /** Id or alias. */
    readonly room: string,
  ) {
    super("melo-participant-remove", { bubbles: true, composed: true, cancelable: true });
  }
}

/** Somebody was removed from a room, and so from its call. */
export class MeloParticipantRemovedEvent extends Event {
  constructor(
    readonly userId: string,
    /** Id or alias. */
    readonly room: string,
  ) {
    super("melo-participant-removed", { bubbles: true, composed: true });
  }
}

/** A key of `<melo-call-shortcuts>` was pressed. Cancel it, and nothing is done. */
export class MeloCallShortcutEvent extends Event {
  constructor(readonly shortcut: CallShortcut) {
    super("melo-call-shortcut", { bubbles: true, composed: true, cancelable: true });
  }
}

declare global {
  interface HTMLElementEventMap {
    "melo-call-join": MeloCallJoinEvent;
    "melo-call-joined": MeloCallJoinedEvent;
    "melo-call-leave": MeloCallLeaveEvent;
    "melo-call-left": MeloCallLeftEvent;
    "melo-call-open": MeloCallOpenEvent;
    "melo-call-shortcut": MeloCallShortcutEvent;
    "melo-call-tested": MeloCallTestedEvent;
    "melo-participant-remove": MeloParticipantRemoveEvent;
    "melo-participant-removed": MeloParticipantRemovedEvent;
  }
}
