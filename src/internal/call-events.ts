/** A membership of a call as a state event (MSC3401): what nearly everybody sends today. */
export const CALL_MEMBER = "org.matrix.msc3401.call.member";
/** A membership as a sticky event (MSC4143, MSC4354). */
export const RTC_MEMBER = "org.matrix.msc4143.rtc.member";
