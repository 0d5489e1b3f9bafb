/** An answer in JSON. */
export function json(
  status: number,
  fields: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json(fields, {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  })
}
