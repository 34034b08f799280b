import * as status from "../../stories/melo-encryption-status.stories.js";
import { testStories } from "../support/story-tests.js";

testStories(status);
