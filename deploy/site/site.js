// The page that greets visitors of the server itself: one room, named in the address as https://example.org/#garden:example.org or /?room=!id.

const session = document.createElement("melo-session");
session.setAttribute("homeserver", location.origin);

const room = document.createElement("melo-room");
function showRoom() {
  const named = new URLSearchParams(location.search).get("room") ?? (location.hash.includes(":") ? decodeURIComponent(location.hash) : "");
  if (named) room.setAttribute("room", named);
  else room.removeAttribute("room");
}
showRoom();
addEventListener("hashchange", showRoom);

session.append(room);
document.querySelector("main")?.append(session);
