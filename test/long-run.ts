/** Whether what takes minutes, or shows over again what a shorter test shows, is run: see CONTRIBUTING. */
export const LONG_RUN = process.env.PULUMI_NOTION_LONG !== undefined;
