import * as toggles from "../../stories/call-toggles.stories.js";
import * as channel from "../../stories/melo-voice-channel.stories.js";
import * as presence from "../../stories/melo-voice-presence.stories.js";
import { testStories } from "../support/story-tests.js";

testStories(channel);
testStories(presence);
testStories(toggles);
