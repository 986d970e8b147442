declare module "htmx.org" {
  const htmx: { ajax(method: string, path: string, options: object): Promise<void>; process(element: Element): void; config: Record<string, unknown> };
  export default htmx;
}
