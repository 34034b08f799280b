// The page that greets visitors of the server itself: sign in, choose a room, and be in it. A room can be named in the address: https://example.org/?room=!id, or #garden:example.org.
// https://example.org/?call-test is for whoever wants to know whether calls work from where they are.

/** @type {import("../../src/elements/melo-session.js").MeloSession} */
const session = document.createElement("melo-session");
session.setAttribute("homeserver", location.origin);
const login = document.createElement("melo-login");
const rooms = document.createElement("nav");
rooms.setAttribute("aria-label", "Rooms");
const room = document.createElement("melo-room");
const callTest = document.createElement("melo-call-test");

function show() {
  const asked = new URLSearchParams(location.search);
  if (asked.has("call-test")) {
    session.replaceChildren(login, callTest);
    return;
  }
  const named = asked.get("room") ?? (location.hash.includes(":") ? decodeURIComponent(location.hash) : "");
  if (named) {
    room.setAttribute("room", named);
    session.replaceChildren(room); // it signs the visitor in by itself
  } else session.replaceChildren(login, rooms);
}

/** Names are other people's words: text, never markup. */
function list(/** @type {readonly { readonly roomId: string, readonly name: string }[]} */ all) {
  const links = all.map(({ roomId, name }) =>
    Object.assign(document.createElement("a"), { href: `/?${new URLSearchParams({ room: roomId })}`, textContent: name || roomId }),
  );
  const none = Object.assign(document.createElement("p"), { textContent: "No rooms yet. Make one, or be invited, in any Matrix app." });
  rooms.replaceChildren(...(links.length > 0 ? links : [none]));
}

// Rooms are asked for only where somebody looks at the list.
session.addEventListener("melo-session-ready", () => {
  const known = session.session?.rooms;
  if (!known || !rooms.isConnected) return;
  const update = () => {
    if (session.session?.state.account) list(known.state.rooms);
    else rooms.replaceChildren();
  };
  known.subscribe(update);
  session.session?.subscribe(update);
  update();
});

document.querySelector("main")?.append(session);
show();
addEventListener("hashchange", show);
