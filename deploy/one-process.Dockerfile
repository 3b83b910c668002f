# The services in one process: docker build -f deploy/one-process.Dockerfile .
# As deploy/Dockerfile, but with every service's sources; apps/all-in-one starts those that SERVICES names.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY libs ./libs
COPY apps ./apps
RUN npm ci --omit=dev --omit=optional --ignore-scripts --workspace @astrolabe/all-in-one \
  && npm cache clean --force \
  && rm -rf apps/cli apps/devstack apps/sandbox apps/system-tests

FROM node:24-bookworm-slim AS pages
WORKDIR /app
COPY . .
RUN npm ci --ignore-scripts && npm run --workspace @astrolabe/console build

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    GRPC_HOST=0.0.0.0 HTTP_HOST=0.0.0.0 \
    HEALTH_HOST=0.0.0.0 HEALTH_PORT=9464 \
    NODE_COMPILE_CACHE=/app/.compiled
WORKDIR /app
COPY --from=dependencies /app ./
COPY --from=pages /app/apps/console/dist ./apps/console/dist
RUN mkdir .compiled && chown 10001:10001 .compiled
USER 10001:10001
RUN node --disable-proto=throw --input-type=module -e "const { SERVICES, loadServices } = \
  await import('/app/apps/all-in-one/src/services.ts'); \
  await loadServices(Object.keys(SERVICES).join()); process.exit()"
EXPOSE 8080 8081 8082 8090 9464
ENTRYPOINT ["/bin/sh", "-c", "exec node --disable-proto=throw apps/all-in-one/src/main.ts \"$@\"", "--"]
