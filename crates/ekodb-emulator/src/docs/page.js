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

window.ui = SwaggerUIBundle({
  dom_id: "#contract",
  url: "ekodb.yaml",
  plugins: [onlyThisServer],
  // It would send the contract's address to a server of the viewer's makers.
  validatorUrl: null,
  deepLinking: true,
  displayOperationId: true,
  displayRequestDuration: true,
  showExtensions: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
});
