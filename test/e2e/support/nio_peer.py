"""A foreign Matrix client (matrix-nio) as a test peer: one JSON object per line in on stdin, one out on stdout.

In:  {"id": 1, "command": "enter", "homeserver": …, "username": …, "password": …, "store": folder, "device_id"?: …}
     {"id": 2, "command": "join", "room": id or alias}
     {"id": 3, "command": "devices", "user": user id}      answers once this peer knows the user's devices
     {"id": 4, "command": "send", "room": id, "content": {…}, "kind": type of the event}
     {"id": 5, "command": "ask", "user": id, "device": id}  asks a device to verify this one
     {"id": 6, "command": "agree"}                          answers the request of the other device
     {"id": 7, "command": "start"}                          begins the emoji, after either of the two
     {"id": 8, "command": "emoji"}                          answers once both keys are here
     {"id": 9, "command": "confirm"}                        the emoji are the same; answers once both sides have said so
     {"id": 10, "command": "reject"}                        they are not
     {"id": 11, "command": "trusts", "user": id, "device": id}
     {"id": 12, "command": "leave"}                         signs out and ends
Out: {"id": n, "ok": {…}} or {"id": n, "error": text} for each command, and as they happen
     {"event": "decrypted" | "undecryptable" | "clear" | "withheld" | "member" | "verification", …}

matrix-nio 0.26 has the comparison of emoji, and not the request before it, which this adds. Three of its details came out of step with the specification when it changed its library, so
that it understands itself alone, and are put right here: the commitment is unpadded base64 of the hash (nio: hexadecimal), what it computes as "hkdf-hmac-sha256" is "hkdf-hmac-sha256.v2", and
its library gives the numbers of the seven emoji (nio takes them for the bytes that those are cut from). Client-server specification, "Short Authentication String (SAS) verification".
"""

import asyncio
import base64
import hashlib
import json
import sys
import time
import uuid

import nio.crypto.sas
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
    ToDeviceMessage,
    UnknownToDeviceEvent,
)
from nio.crypto.sas import Sas, SasState

SAS = "m.sas.v1"


class Base64Sha256:
    def __init__(self, data):
        self.digest = hashlib.sha256(data).digest()

    def hexdigest(self):
        return base64.b64encode(self.digest).decode().rstrip("=")


def emoji(sas, extra_info):
    return [sas.emoji[index] for index in sas.established_sas.bytes(extra_info).emoji_indices]


nio.crypto.sas.sha256 = Base64Sha256
Sas._generate_emoji = emoji
Sas._mac_normal = "hkdf-hmac-sha256.v2"
Sas._mac_v1 = [Sas._mac_normal]


def tell(**line):
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


class Peer:
    def __init__(self):
        self.client = None
        self.syncing = None
        self.synced = asyncio.Condition()
        # Of the verification that is under way: who with, and its transaction.
        self.other = None
        self.transaction = None
        self.agreed = False

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

    async def ask(self, user, device):
        self.other, self.transaction, self.agreed = (user, device), str(uuid.uuid4()), False
        await self.tell_other("request", methods=[SAS], timestamp=int(time.time() * 1000))
        return {}

    async def agree(self):
        async with asyncio.timeout(30):
            await self.until(lambda: self.transaction)
        self.agreed = True
        await self.tell_other("ready", methods=[SAS])
        return {}

    async def start(self):
        async with asyncio.timeout(30):
            await self.until(lambda: self.agreed)
        olm = self.client.olm
        device = self.client.device_store[self.other[0]][self.other[1]]
        sas = Sas(olm.user_id, olm.device_id, olm.account.identity_keys["ed25519"], device, self.transaction)
        olm.key_verifications[self.transaction] = sas
        await self.client.to_device(sas.start_verification())
        return {}

    async def emoji(self):
        async with asyncio.timeout(30):
            await self.until(lambda: self.sas and not self.sas.we_started_it or self.sas and self.sas.established_sas)
        if not self.sas.we_started_it and self.sas.state == SasState.started and not self.sas.established_sas:
            await self.client.accept_key_verification(self.transaction)
        async with asyncio.timeout(30):
            await self.until(lambda: self.sas.established_sas)
        return {"emoji": self.sas.get_emoji(), "decimals": self.sas.get_decimals()}

    async def confirm(self):
        await self.client.confirm_short_auth_string(self.transaction)
        async with asyncio.timeout(30):
            await self.until(lambda: self.sas.verified)
        await self.tell_other("done")
        return {}

    async def reject(self):
        await self.client.cancel_key_verification(self.transaction, reject=True)
        return {}

    async def trusts(self, user, device):
        return {"trusts": self.client.device_store[user][device].verified}

    @property
    def sas(self):
        return self.client.key_verifications.get(self.transaction)

    async def tell_other(self, what, **content):
        content = {"transaction_id": self.transaction, **content}
        if what in ("request", "ready"):
            content["from_device"] = self.client.device_id
        await self.client.to_device(ToDeviceMessage(f"m.key.verification.{what}", *self.other, content))

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
        content = event.source["content"]
        if event.type.startswith("m.key.verification."):
            tell(event="verification", sender=event.sender, code=event.type)
            if event.type == "m.key.verification.request":
                self.other = (event.sender, content["from_device"])
                self.transaction = content["transaction_id"]
            elif event.type == "m.key.verification.ready" and content["transaction_id"] == self.transaction:
                self.agreed = True
            return
        if event.type in ("m.room_key.withheld", "org.matrix.room_key.withheld"):
            tell(
                event="withheld",
                sender=event.sender,
                code=content.get("code"),
                reason=content.get("reason"),
                room_id=content.get("room_id"),
                session_id=content.get("session_id"),
            )


COMMANDS = ("enter", "join", "devices", "send", "ask", "agree", "start", "emoji", "confirm", "reject", "trusts", "leave")


async def main():
    peer = Peer()
    commands = {name: getattr(peer, name) for name in COMMANDS}
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
