import { vi } from "vitest";

vi.hoisted(() => {
  process.env.PULUMI_NOTION_HOST = "plugin";
});

import "../crash.test";
