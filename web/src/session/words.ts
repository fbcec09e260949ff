import { words } from "../shared/i18n/words";

export const sessionWords = words(
  {
    title: "Connexion",
    tagline: "AVC : de l'alerte à la décision, l'heure tournant.",
    username: "Identifiant",
    password: "Mot de passe",
    submit: "Se connecter",
    submitting: "Connexion…",
    refused: "Identifiant ou mot de passe inconnu.",
    throttled: (s: number) => `Trop d'essais. Attendez ${s} s avant de recommencer.`,
    expired: "Votre session a pris fin. Reconnectez-vous pour reprendre où vous en étiez.",
    required: "À remplir",
    restoring: "Reprise de la session…",
  },
  {
    title: "Sign in",
    tagline: "Stroke: from the alert to the decision, as the clock runs.",
    username: "Username",
    password: "Password",
    submit: "Sign in",
    submitting: "Signing in…",
    refused: "Unknown username or password.",
    throttled: (s) => `Too many attempts. Wait ${s} s before trying again.`,
    expired: "Your session has ended. Sign in again to go on where you were.",
    required: "Required",
    restoring: "Resuming the session…",
  },
);
