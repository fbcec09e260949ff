export function CasePage({ id }: { id: string }) {
  return <p>{id}</p>;
}
