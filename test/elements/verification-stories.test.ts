import * as scanner from "../../stories/melo-qr-scanner.stories.js";
import * as device from "../../stories/melo-verify-device.stories.js";
import * as user from "../../stories/melo-verify-user.stories.js";
import { testStories } from "../support/story-tests.js";

testStories(device);
testStories(user);
testStories(scanner);
