"""A small API Recherche d'entreprises that behaves as its public documentation says."""

import json
import threading
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

SECTION_OF = {"94.99Z": "S", "93.12Z": "R", "88.99B": "Q", "95.29Z": "S"}


def place(siret, commune="93048", **values):
    """An establishment as the API gives it; latitude and longitude are strings."""
    return {
        "activite_principale": "94.99Z",
        "adresse": "12 BIS AVENUE DE L'EXEMPLE 93100 MONTREUIL",
        "code_postal": "93100",
        "commune": commune,
        "date_creation": "2019-03-04",
        "date_fermeture": None,
        "est_siege": True,
        "etat_administratif": "A",
        "latitude": "48.863105555",
        "longitude": "2.441901234",
        "libelle_commune": "MONTREUIL",
        "liste_enseignes": None,
        "nom_commercial": None,
        "siret": siret,
        "statut_diffusion_etablissement": "O",
        "tranche_effectif_salarie": "02",
        "annee_tranche_effectif_salarie": "2024",
        **values,
    }


def company(siren="900000001", *, siege=None, matching=None, complements=None, **values):
    """A company as the API gives it, with directors that must never be kept."""
    siege = siege or place(f"{siren}00017")
    return {
        "siren": siren,
        "nom_complet": "ATELIER INVENTE (AI2)",
        "nom_raison_sociale": "ATELIER INVENTE",
        "sigle": None,
        "nombre_etablissements": 1,
        "siege": siege,
        "activite_principale": "95.29Z",
        "activite_principale_naf25": "95.29H",
        "caractere_employeur": "O",
        "date_creation": "2019-03-04",
        "dirigeants": [{"nom": "SECRET", "prenoms": "NOM"}],
        "finances": {"2024": {"ca": 1}},
        "etat_administratif": "A",
        "nature_juridique": "9220",
        "tranche_effectif_salarie": "03",
        "annee_tranche_effectif_salarie": "2024",
        "statut_diffusion": "O",
        "matching_etablissements": [siege] if matching is None else matching,
        "complements": {
            "est_ess": True,
            "est_siae": False,
            "type_siae": None,
            "identifiant_association": "W931234567",
            **(complements or {}),
        },
        **values,
    }


class Api:
    """`companies` are served; `replies` are answers to give first: (status, headers, body)."""

    def __init__(self, companies=(), ceiling=10_000):
        self.companies = list(companies)
        self.ceiling = ceiling
        self.replies = []
        self.questions = []
        self.asked = Counter()
        self.stop_after = None
        self.url = ""

    def answer(self, question):
        self.questions.append(question)
        if self.stop_after is not None and len(self.questions) > self.stop_after:
            return 503, {}, b"{}"
        if self.replies:
            return self.replies.pop(0)
        page, per_page = int(question["page"]), int(question["per_page"])
        if per_page > 25 or page * per_page > self.ceiling:
            refused = {"erreur": "Veuillez indiquer un numéro de page plus petit."}
            return 400, {}, json.dumps(refused).encode()
        self.asked[tuple(sorted(question.items()))] += 1
        found = [one for one in self.companies if self._matches(one, question)]
        shown = found[(page - 1) * per_page : page * per_page]
        body = {
            "results": shown,
            "total_results": min(len(found), self.ceiling),
            "page": page,
            "per_page": per_page,
            "total_pages": -(-min(len(found), self.ceiling) // per_page),
        }
        return 200, {}, json.dumps(body).encode()

    def _matches(self, one, question):
        communes = {at["commune"] for at in [one["siege"], *one["matching_etablissements"]]}
        activity = one["activite_principale"]
        return (
            question["code_commune"] in communes
            and question.get("activite_principale", activity) == activity
            and question.get("section_activite_principale", SECTION_OF[activity])
            == SECTION_OF[activity]
            and question["est_ess"] == "true"
            and one["etat_administratif"] == question["etat_administratif"]
        )


@contextmanager
def served(api):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            parts = urlsplit(self.path)
            question = {name: values[0] for name, values in parse_qs(parts.query).items()}
            status, headers, body = (
                api.answer(question) if parts.path == "/search" else (404, {}, b"")
            )
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    api.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
