// What the event API takes; docs/event-api.md describes each field.

export interface Options {
  props?: Record<string, string | number | boolean>;
  revenue?: { amount: number | string; currency?: string };
  interactive?: boolean;
  url?: string;
  title?: string;
  id?: string;
}

export interface Report extends Options {
  key?: string;
  name: string;
  referrer?: string;
  screen?: string;
  user_id?: string;
  visitor_id?: string;
  engaged_ms?: number;
  scroll?: number;
  age_ms?: number;
}

/** An event that waits to be sent, and when it happened. Its title and user are filled in when it goes. */
export type Waiting = [atMs: number, report: Report];
