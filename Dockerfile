# syntax=docker/dockerfile:1
# Two stages: the first builds with everything, the second holds what runs. No download but npm's; no install scripts (.npmrc).

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json biome.json ./
COPY scripts scripts
COPY src src
COPY sim sim
COPY web web
RUN npm run build
RUN npm ci --omit=dev

FROM node:24-slim
LABEL org.opencontainers.image.title="Birdwire" org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production BIRDWIRE_DATA=/data BIRDWIRE_HOST=0.0.0.0 PORT=3000
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
# Nothing is written but to /data: the rest may be read-only. SIGTERM ends it within ten seconds.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(a => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/src/main.js"]
CMD ["serve"]
