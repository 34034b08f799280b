import * as keyFile from "../../stories/melo-key-file.stories.js";
import { testStories } from "../support/story-tests.js";

testStories(keyFile);
