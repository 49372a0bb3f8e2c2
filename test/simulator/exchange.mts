/** A SCIM request as the endpoints see it. */
export interface Exchange {
  method: string;
  path: string;
  template: string;
  query: Record<string, string>;
  body: unknown;
  /** Lists are served in an order of their own, whatever the setting says. */
  shuffle?: boolean;
}

export interface Answer {
  status: number;
  body?: Record<string, unknown> | unknown[];
  headers?: Record<string, string>;
}
