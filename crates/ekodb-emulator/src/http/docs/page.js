// Shows the contract in the viewer.

// The page may call this server only, so it offers no other. The contract in full is the file itself.
const onlyThisServer = () => ({
  statePlugins: {
    spec: {
      wrapActions: {
        updateJsonSpec: (update) => (contract) =>
          update({ ...contract, servers: contract.servers?.slice(0, 1) }),
      },
    },
  },
});

// A token that was asked for here is sent with what follows, until the page is left.
const keepToken = (reply) => {
  const token = reply.body?.token;
  if (reply.ok && new URL(reply.url).pathname === "/api/auth/token" && token) {
    viewer.preauthorizeApiKey("bearerAuth", token);
  }
  return reply;
};

const viewer = SwaggerUIBundle({
  dom_id: "#contract",
  url: "ekodb.yaml",
  plugins: [onlyThisServer],
  responseInterceptor: keepToken,
  // It would send the contract's address to a server of the viewer's makers.
  validatorUrl: null,
  deepLinking: true,
  displayOperationId: true,
  displayRequestDuration: true,
  showExtensions: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
});

// The viewer follows a link into itself only while it loads.
window.addEventListener("hashchange", () => {
  viewer.getSystem().layoutActions.parseDeepLinkHash(window.location.hash);
});
