export default function ReadingPage({ id }: { id: string }) {
  return <p>{id}</p>;
}
