// A certified OpenID provider that behaves as ProConnect does, for the tests: signed userinfo, PKCE, French
// claims. Whoever comes is signed in at once, as the person last given to POST /__person.
//   node provider.mjs <port> <client id> <client secret> <redirect uri> <post logout uri>
// Run where its packages are: tools/openid.py installs them and copies this file beside.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [port, client_id, client_secret, redirect_uri, post_logout] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const key = (type, options, more) => ({
  ...generateKeyPairSync(type, options).privateKey.export({ format: "jwk" }), use: "sig", ...more,
});
const jwks = { keys: [
  key("rsa", { modulusLength: 2048 }, { alg: "RS256", kid: "rsa" }),
  key("ec", { namedCurve: "P-256" }, { alg: "ES256", kid: "ec" }),
] };

let person = { sub: "nobody" };
const CLAIMS = ["email", "given_name", "usual_name", "siret", "idp_id"];

const provider = new Provider(issuer, {
  clients: [{
    client_id,
    client_secret,
    redirect_uris: [redirect_uri],
    post_logout_redirect_uris: [post_logout],
    response_types: ["code"],
    grant_types: ["authorization_code"],
    token_endpoint_auth_method: "client_secret_post",
    id_token_signed_response_alg: process.env.ID_TOKEN_ALG ?? "RS256",
    userinfo_signed_response_alg: process.env.USERINFO_ALG ?? "RS256",
  }],
  jwks,
  cookies: { keys: ["only for tests"] },
  scopes: ["openid", ...CLAIMS],
  claims: { openid: ["sub"], acr: null, amr: null, ...Object.fromEntries(CLAIMS.map((name) => [name, [name]])) },
  acrValues: ["eidas1", "eidas2"],
  pkce: { required: () => true },
  features: { claimsParameter: { enabled: true }, devInteractions: { enabled: false }, jwtUserinfo: { enabled: true }, rpInitiatedLogout: { enabled: true } },
  findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ ...person, sub }) }),
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  async loadExistingGrant(ctx) {
    const { client, session } = ctx.oidc;
    const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope(["openid", ...CLAIMS].join(" "));
    await grant.save();
    return grant;
  },
});

const handle = provider.callback();
createServer(async (request, answer) => {
  if (request.url === "/__person") {
    let body = "";
    for await (const chunk of request) body += chunk;
    person = JSON.parse(body);
    answer.end("{}");
  } else if (request.url.startsWith("/interaction/")) {
    const login = { accountId: person.sub, acr: person.acr ?? "eidas1", amr: person.amr ?? ["pwd"] };
    const result = person.refused ? { error: "access_denied" } : { login };
    await provider.interactionFinished(request, answer, result, { mergeWithLastSubmission: false });
  } else {
    handle(request, answer);
  }
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));
