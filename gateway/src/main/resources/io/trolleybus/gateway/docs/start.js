SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#contract',
  deepLinking: true,
  // Its default is a validator on the internet.
  validatorUrl: null,
});
