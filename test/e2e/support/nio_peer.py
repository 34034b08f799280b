"""A foreign Matrix client (matrix-nio) as a test peer: one JSON object per line in on stdin, one out on stdout.

In:  {"id": 1, "command": "enter", "homeserver": …, "username": …, "password": …, "store": folder, "device_id"?: …}
     {"id": 2, "command": "join", "room": id or alias}
     {"id": 3, "command": "devices", "user": user id}      answers once this peer knows the user's devices
     {"id": 4, "command": "send", "room": id, "content": {…}, "kind": type of the event}
     {"id": 5, "command": "leave"}                          signs out and ends
Out: {"id": n, "ok": {…}} or {"id": n, "error": text} for each command, and as they happen
     {"event": "decrypted" | "undecryptable" | "clear" | "withheld" | "member", …}
"""

import asyncio
import json
import sys

from nio import (
    AsyncClient,
    AsyncClientConfig,
    JoinError,
    LoginError,
    MegolmEvent,
    RegisterResponse,
    RoomMemberEvent,
    RoomMessageText,
    RoomSendError,
    UnknownToDeviceEvent,
)


def tell(**line):
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


class Peer:
    def __init__(self):
        self.client = None
        self.syncing = None
        self.synced = asyncio.Condition()

    async def enter(self, homeserver, username, password, store, device_id=None):
        config = AsyncClientConfig(encryption_enabled=True, store_sync_tokens=True)
        self.client = AsyncClient(homeserver, username, device_id=device_id, store_path=store, config=config)
        answer = await self.client.register(username, password, device_name="nio")
        if not isinstance(answer, RegisterResponse):
            answer = await self.client.login(password, device_name="nio")
            if isinstance(answer, LoginError):
                raise RuntimeError(str(answer))
        self.client.load_store()
        self.client.add_event_callback(self.on_text, RoomMessageText)
        self.client.add_event_callback(self.on_undecryptable, MegolmEvent)
        self.client.add_event_callback(self.on_member, RoomMemberEvent)
        self.client.add_to_device_callback(self.on_to_device, UnknownToDeviceEvent)
        self.client.add_response_callback(self.on_response)
        self.syncing = asyncio.create_task(self.client.sync_forever(timeout=5000, full_state=True))
        async with asyncio.timeout(30):
            await self.until(lambda: self.client.next_batch and not self.client.should_upload_keys)
        return {"user_id": self.client.user_id, "device_id": self.client.device_id}

    async def join(self, room):
        answer = await self.client.join(room)
        if isinstance(answer, JoinError):
            raise RuntimeError(str(answer))
        async with asyncio.timeout(30):
            await self.until(lambda: answer.room_id in self.client.rooms)
        return {"room_id": answer.room_id, "encrypted": self.client.rooms[answer.room_id].encrypted}

    async def devices(self, user):
        def known():
            return sorted(device.id for device in self.client.device_store.active_user_devices(user))

        async with asyncio.timeout(30):
            await self.until(known)
        return {"devices": known()}

    async def send(self, room, content, kind):
        # The peer has verified nobody, as a client of a stranger would not have either.
        answer = await self.client.room_send(room, kind, content, ignore_unverified_devices=True)
        if isinstance(answer, RoomSendError):
            raise RuntimeError(str(answer))
        return {"event_id": answer.event_id}

    async def leave(self):
        self.syncing.cancel()
        await asyncio.gather(self.syncing, return_exceptions=True)
        await self.client.logout()
        await self.client.close()
        return {}

    async def until(self, condition):
        async with self.synced:
            while not condition():
                if self.syncing.done():
                    raise RuntimeError(f"sync ended: {self.syncing.exception()!r}")
                try:
                    async with asyncio.timeout(1):
                        await self.synced.wait()
                except TimeoutError:
                    pass

    async def on_response(self, _response):
        async with self.synced:
            self.synced.notify_all()

    async def on_text(self, room, event):
        kind = "decrypted" if event.decrypted else "clear"
        tell(event=kind, room_id=room.room_id, event_id=event.event_id, sender=event.sender, body=event.body)

    async def on_undecryptable(self, room, event):
        tell(event="undecryptable", room_id=room.room_id, event_id=event.event_id, sender=event.sender, session_id=event.session_id)

    async def on_member(self, room, event):
        tell(event="member", room_id=room.room_id, user_id=event.state_key, membership=event.membership)

    async def on_to_device(self, event):
        if event.type in ("m.room_key.withheld", "org.matrix.room_key.withheld"):
            content = event.source["content"]
            tell(
                event="withheld",
                sender=event.sender,
                code=content.get("code"),
                reason=content.get("reason"),
                room_id=content.get("room_id"),
                session_id=content.get("session_id"),
            )


async def main():
    peer = Peer()
    commands = {name: getattr(peer, name) for name in ("enter", "join", "devices", "send", "leave")}
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        request = json.loads(line)
        number, command = request.pop("id"), request.pop("command")
        try:
            tell(id=number, ok=await commands[command](**request))
        except Exception as error:  # noqa: BLE001 - every failure is an answer
            tell(id=number, error=f"{type(error).__name__}: {error}")
        if command == "leave":
            return
    if peer.client:  # the test went away without a word
        await peer.client.close()


asyncio.run(main())
