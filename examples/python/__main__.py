"""A whole workspace from a file: add, change or remove a row, then `pulumi preview`."""

import pulumi_notion as notion

notion.NotionWorkspace("acme", roster="members.csv")
