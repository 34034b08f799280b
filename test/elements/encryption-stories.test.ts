import * as status from "../../stories/melo-encryption-status.stories.js";
import * as signOut from "../../stories/melo-sign-out.stories.js";
import { testStories } from "../support/story-tests.js";

testStories(status);
testStories(signOut);
