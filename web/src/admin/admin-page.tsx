export default function AdminPage() {
  return <p />;
}
