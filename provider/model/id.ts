const NOTION_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a text has the form of Notion's id of a member: a UUID as Notion writes it, in lower case. */
export function isMemberId(text: string): boolean {
  return NOTION_ID.test(text);
}

/** What an id must be, for errors. */
export const MEMBER_ID_WANTED =
  "must be Notion's id of a member in lower case, such as 0f3c1b9e-52ad-4c7e-9b1d-6a2f8e4d7c05";
