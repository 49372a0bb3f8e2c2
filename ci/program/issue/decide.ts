import type { Issue } from "../forge/forge";
import { isSameText } from "../text/marker";
import type { Verdict } from "../verdict";
import { driftIn, withStatus } from "./body";

/** The issues about a stack. */
export interface Found {
  /** The oldest open one. */
  open: Issue | undefined;
  /** The newest closed one, if a person closed it before its drift ended. */
  closedByHand: Issue | undefined;
}

/** The next action. */
export type Step =
  | { do: "nothing" }
  | { do: "open"; body: string }
  /** `news`: a comment that tells people about the new description. */
  | { do: "change"; issue: Issue; body: string; open?: boolean; news?: string };

/** The texts of an issue. */
export interface IssueTexts {
  /** The whole description, with drift. */
  drift: string;
  /** Its first lines, if the last run gave no answer. */
  unknown: string;
  /** Its first lines and the comment, once the drift has ended. */
  ended: { status: string; comment: string };
}

/**
 * Pure: one issue lasts from the first night with drift to the first night without. If a person closes it earlier, the
 * next night opens it again. An issue whose drift has ended stays closed, and the next drift is another issue.
 */
export function decide(verdict: Verdict, { open, closedByHand }: Found, say: IssueTexts): Step {
  switch (verdict.kind) {
    case "drift":
      if (open !== undefined) {
        if (isSameText(open.body, say.drift)) return { do: "nothing" };
        // The same drift after a night without an answer, or with other expirations, is no news.
        const news = isSameText(driftIn(open.body), driftIn(say.drift)) ? {} : { news: NEWS.changed };
        return { do: "change", issue: open, body: say.drift, ...news };
      }
      if (closedByHand !== undefined)
        return { do: "change", issue: closedByHand, body: say.drift, open: true, news: NEWS.stillThere };
      return { do: "open", body: say.drift };
    case "in sync": {
      if (open === undefined) return { do: "nothing" };
      const body = withStatus(open.body, say.ended.status);
      return { do: "change", issue: open, body, open: false, news: say.ended.comment };
    }
    case "unknown": {
      if (open === undefined) return { do: "nothing" };
      const body = withStatus(open.body, say.unknown);
      return isSameText(open.body, body) ? { do: "nothing" } : { do: "change", issue: open, body };
    }
  }
}

const NEWS = {
  changed: "The drift has changed. The description above is from the last run.",
  stillThere:
    "Somebody closed this issue, but the drift in the description above is still there. Repair it, accept it by an edit of the roster, or put the people into the `--ignore` file.",
};
