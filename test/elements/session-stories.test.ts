import * as avatar from "../../stories/melo-avatar.stories.js";
import * as dialog from "../../stories/melo-dialog.stories.js";
import * as badge from "../../stories/melo-encryption-badge.stories.js";
import * as login from "../../stories/melo-login.stories.js";
import * as passwordForm from "../../stories/melo-password-form.stories.js";
import * as session from "../../stories/melo-session.stories.js";
import { testStories } from "../support/story-tests.js";

for (const stories of [avatar, dialog, badge, login, passwordForm, session]) testStories(stories);
