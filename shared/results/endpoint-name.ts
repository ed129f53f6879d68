/** An endpoint by its id, as tables and sentences call it; one that is not among `endpoints` is called by the id. */
export const endpointName = (endpoints: readonly { id: string; name: string }[], id: string): string =>
  endpoints.find((endpoint) => endpoint.id === id)?.name ?? id;
