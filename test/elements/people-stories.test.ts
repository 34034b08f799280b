import * as notices from "../../stories/melo-identity-notice.stories.js";
import * as cards from "../../stories/melo-user-card.stories.js";
import { testStories } from "../support/story-tests.js";

testStories(cards);
testStories(notices);
