# LMCP's own image: the gateway, the engine guard, the sealer, and what `command:` servers run in (docs/containers.md).
# Behind a company's CA: docker build --secret id=ca,src=<its certificate>

FROM node:24-bookworm-slim AS dependencies
WORKDIR /opt/lmcp
COPY package.json package-lock.json .npmrc ./
COPY gateway/package.json gateway/
COPY web/package.json web/
RUN --mount=type=secret,id=ca,required=false \
    if [ -f /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi; \
    npm ci --omit=dev --workspace gateway

FROM node:24-bookworm-slim AS web
WORKDIR /opt/lmcp
COPY package.json package-lock.json .npmrc ./
COPY gateway/package.json gateway/
COPY web/package.json web/
RUN --mount=type=secret,id=ca,required=false \
    if [ -f /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi; \
    npm ci --omit=dev --workspace web
COPY gateway/src gateway/src
COPY web web
RUN npm run build --workspace web

FROM node:24-bookworm-slim
RUN ln -s /opt/lmcp/gateway/bin/lmcp.mjs /usr/local/bin/lmcp \
 && mkdir -p /lmcp/config /lmcp/logs /cache /etc/lmcp /run/lmcp-egress \
 && touch /etc/lmcp/image \
 && chown node:node /lmcp /lmcp/config /lmcp/logs /run/lmcp-egress \
 # A volume there is one server's, whose user it does not know.
 && chmod 1777 /cache
COPY --from=dependencies /opt/lmcp /opt/lmcp
COPY --from=web /opt/lmcp/web/build /opt/lmcp/web/build
COPY gateway /opt/lmcp/gateway
COPY docker/healthcheck.mjs docker/prepare.sh docker/seal.sh /opt/lmcp/docker/
# Inside the container every address, since compose.yaml publishes the port on loopback only. LMCP_LISTEN counts only where
# /etc/lmcp/image is.
ENV NODE_ENV=production \
    LMCP_REGISTRY=/lmcp/config/registry.yaml \
    LMCP_LISTEN=0.0.0.0
ARG LMCP_COMMIT=
ENV LMCP_COMMIT=$LMCP_COMMIT
LABEL org.opencontainers.image.title="LMCP" \
      org.opencontainers.image.description="A local MCP control plane: one loopback endpoint between MCP clients and MCP servers" \
      org.opencontainers.image.revision=$LMCP_COMMIT
WORKDIR /lmcp
USER node
EXPOSE 7345
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --start-interval=1s --retries=3 \
    CMD ["node", "/opt/lmcp/docker/healthcheck.mjs"]
ENTRYPOINT ["lmcp"]
CMD ["serve"]
