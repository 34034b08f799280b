import * as devices from "../../stories/melo-device-list.stories.js";
import { testStories } from "../support/story-tests.js";

testStories(devices);
