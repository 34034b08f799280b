import * as composer from "../../stories/melo-composer.stories.js";
import * as message from "../../stories/melo-message.stories.js";
import * as room from "../../stories/melo-room.stories.js";
import * as timeline from "../../stories/melo-timeline.stories.js";
import * as typing from "../../stories/melo-typing.stories.js";
import { testStories } from "../support/story-tests.js";

for (const stories of [composer, message, room, timeline, typing]) testStories(stories);
