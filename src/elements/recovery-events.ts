import type { BackupState, RecoveryState } from "../crypto/recovery-state.js";

/** The recovery key was set up, changed, entered, or is missing something. */
export class MeloRecoveryChangeEvent extends Event {
  constructor(readonly status: RecoveryState["status"]) {
    super("melo-recovery-change", { bubbles: true, composed: true });
  }
}

/** The visitor has a new recovery key, and has shown that they have saved it. */
export class MeloRecoverySavedEvent extends Event {
  constructor() {
    super("melo-recovery-saved", { bubbles: true, composed: true });
  }
}

/** The backup went on, off, or wants the recovery key. */
export class MeloBackupChangeEvent extends Event {
  constructor(readonly status: BackupState["status"]) {
    super("melo-backup-change", { bubbles: true, composed: true });
  }
}

declare global {
  interface HTMLElementEventMap {
    "melo-recovery-change": MeloRecoveryChangeEvent;
    "melo-recovery-saved": MeloRecoverySavedEvent;
    "melo-backup-change": MeloBackupChangeEvent;
  }
}
