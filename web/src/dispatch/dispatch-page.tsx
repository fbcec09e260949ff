export default function DispatchPage({ id }: { id: string }) {
  return <p>{id}</p>;
}
