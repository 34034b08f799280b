/**
 * The icons in use, one module each of Lucide (ISC): importing `lucide` itself makes a development server load all of its 1,700 files.
 * Draw them with `icon()`; take another one by adding its line here.
 */
export { default as ArrowDown } from "lucide/dist/esm/icons/arrow-down.mjs";
export { default as Ban } from "lucide/dist/esm/icons/ban.mjs";
export { default as Check } from "lucide/dist/esm/icons/check.mjs";
export { default as ChevronDown } from "lucide/dist/esm/icons/chevron-down.mjs";
export { default as ChevronUp } from "lucide/dist/esm/icons/chevron-up.mjs";
export { default as CircleAlert } from "lucide/dist/esm/icons/circle-alert.mjs";
export { default as Clock } from "lucide/dist/esm/icons/clock.mjs";
export { default as CloudOff } from "lucide/dist/esm/icons/cloud-off.mjs";
export { default as Copy } from "lucide/dist/esm/icons/copy.mjs";
export { default as DoorOpen } from "lucide/dist/esm/icons/door-open.mjs";
export { default as Ellipsis } from "lucide/dist/esm/icons/ellipsis.mjs";
export { default as Eye } from "lucide/dist/esm/icons/eye.mjs";
export { default as EyeOff } from "lucide/dist/esm/icons/eye-off.mjs";
export { default as File } from "lucide/dist/esm/icons/file.mjs";
export { default as Hash } from "lucide/dist/esm/icons/hash.mjs";
export { default as Image } from "lucide/dist/esm/icons/image.mjs";
export { default as Info } from "lucide/dist/esm/icons/info.mjs";
export { default as KeyRound } from "lucide/dist/esm/icons/key-round.mjs";
export { default as LoaderCircle } from "lucide/dist/esm/icons/loader-circle.mjs";
export { default as Lock } from "lucide/dist/esm/icons/lock.mjs";
export { default as LockOpen } from "lucide/dist/esm/icons/lock-open.mjs";
export { default as LogIn } from "lucide/dist/esm/icons/log-in.mjs";
export { default as LogOut } from "lucide/dist/esm/icons/log-out.mjs";
export { default as Mail } from "lucide/dist/esm/icons/mail.mjs";
export { default as MessageSquare } from "lucide/dist/esm/icons/message-square.mjs";
export { default as MonitorSmartphone } from "lucide/dist/esm/icons/monitor-smartphone.mjs";
export { default as Pencil } from "lucide/dist/esm/icons/pencil.mjs";
export { default as Plus } from "lucide/dist/esm/icons/plus.mjs";
export { default as RotateCw } from "lucide/dist/esm/icons/rotate-cw.mjs";
export { default as Search } from "lucide/dist/esm/icons/search.mjs";
export { default as Send } from "lucide/dist/esm/icons/send.mjs";
export { default as ShieldAlert } from "lucide/dist/esm/icons/shield-alert.mjs";
export { default as ShieldCheck } from "lucide/dist/esm/icons/shield-check.mjs";
export { default as Trash } from "lucide/dist/esm/icons/trash.mjs";
export { default as TriangleAlert } from "lucide/dist/esm/icons/triangle-alert.mjs";
export { default as Users } from "lucide/dist/esm/icons/users.mjs";
export { default as WifiOff } from "lucide/dist/esm/icons/wifi-off.mjs";
export { default as X } from "lucide/dist/esm/icons/x.mjs";
