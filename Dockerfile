# LMCP's own image: the gateway, the engine guard, the sealer, and what `command:` servers run in (docs/containers.md).
# Behind a company's CA: docker build --secret id=ca,src=<its certificate>

# A release names it by its digest (docker/release.sh).
ARG BASE=node:24-bookworm-slim

# On the machine that builds, for the machine that will run it: only its packages with native code differ.
FROM --platform=$BUILDPLATFORM ${BASE} AS dependencies
ARG TARGETARCH
WORKDIR /opt/lmcp
COPY package.json package-lock.json .npmrc ./
COPY gateway/package.json gateway/
COPY web/package.json web/
RUN --mount=type=secret,id=ca,required=false \
    if [ -f /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi; \
    case ${TARGETARCH:-} in amd64) cpu=x64 ;; '') cpu=$(node -p process.arch) ;; *) cpu=$TARGETARCH ;; esac; \
    npm ci --omit=dev --ignore-scripts --workspace gateway --os=linux --cpu="$cpu"
# What is in the image, for scanners.
RUN npm sbom --sbom-format cyclonedx --package-lock-only --workspace lmcp-gateway >sbom.cdx.json

FROM --platform=$BUILDPLATFORM ${BASE} AS web
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

FROM ${BASE}
# Nobody in it may become another user; programs that could are the base's.
RUN find / -xdev -type f -perm /6000 -exec chmod a-s {} + \
 && mkdir -p /lmcp/config /lmcp/logs /cache /etc/lmcp /run/lmcp-egress \
 && touch /etc/lmcp/image \
 && chown node:node /lmcp /lmcp/config /lmcp/logs /run/lmcp-egress \
 # A volume there is one server's, whose user it does not know.
 && chmod 1777 /cache
COPY --from=dependencies /opt/lmcp /opt/lmcp
COPY --from=web /opt/lmcp/web/build /opt/lmcp/web/build
COPY gateway/package.json /opt/lmcp/gateway/
COPY gateway/builtin /opt/lmcp/gateway/builtin
COPY gateway/src /opt/lmcp/gateway/src
COPY docker/lmcp /usr/local/bin/
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
