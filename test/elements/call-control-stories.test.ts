import * as bar from "../../stories/melo-call-bar.stories.js";
import * as controls from "../../stories/melo-call-controls.stories.js";
import * as status from "../../stories/melo-call-status.stories.js";
import * as test from "../../stories/melo-call-test.stories.js";
import * as picker from "../../stories/melo-device-picker.stories.js";
import * as list from "../../stories/melo-voice-channel-list.stories.js";
import { testStories } from "../support/story-tests.js";

testStories(bar);
testStories(controls);
testStories(status);
testStories(test);
testStories(picker);
testStories(list);
