// Who can sign in, and where the other origin is: both depend on the ports that were free.

import { html, render } from "lit";

import { fetchStack } from "./stack-info.js";

/** The drop-in page has an origin of its own, two ports after this one's. */
const DROP_IN = 2;

const people = document.querySelector<HTMLElement>("#people")!;
people.textContent = "";

try {
  const { users, rooms, homeserver, portBase } = await fetchStack();
  document.querySelector<HTMLAnchorElement>("#drop-in")!.href = `http://localhost:${portBase + DROP_IN}/`;
  render(
    html`
      <table>
        <thead>
          <tr>
            <th scope="col">User name</th>
            <th scope="col">Password</th>
          </tr>
        </thead>
        <tbody>
          ${users.map(({ username, password }) => html`<tr><td>${username}</td><td><code>${password}</code></td></tr>`)}
        </tbody>
      </table>
      <p class="small">Server: <code>${homeserver}</code>. Rooms: ${rooms.map(({ alias }) => html`<code>${alias}</code> `)}</p>
    `,
    people,
  );
} catch (error) {
  people.textContent = `The demo server does not say (${String(error)}). Start it with “npm start”.`;
}
