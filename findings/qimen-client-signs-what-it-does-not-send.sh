#!/usr/bin/env bash
# Maven com.aliyun:alibaba-dingtalk-service-sdk 2.0.0, DefaultQimenClient: a parameter of
# QimenRequest.addQueryParam ("自定义URL参数", a parameter for the URL) is part of what is signed but is
# never sent, so the server cannot verify the call; without it the same call verifies. Exits non-zero when
# that changes. Needs a JDK and Maven.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >pom.xml <<'EOF'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>probe</groupId><artifactId>probe</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies><dependency>
    <groupId>com.aliyun</groupId><artifactId>alibaba-dingtalk-service-sdk</artifactId><version>2.0.0</version>
  </dependency></dependencies>
</project>
EOF
mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies \
  -DincludeScope=runtime -DoutputDirectory=libs >/dev/null
cat >Probe.java <<'EOF'
import com.qimen.api.DefaultQimenClient;
import com.qimen.api.QimenRequest;
import com.qimen.api.QimenResponse;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.TreeMap;

public class Probe {
  public static class Answer extends QimenResponse {}

  public static class Ask extends QimenRequest<Answer> {
    public String getApiMethodName() { return "taobao.qimen.store.query"; }
    public Class<Answer> getResponseClass() { return Answer.class; }
    public String getStoreId() { return "1342"; }
  }

  static String query;
  static String body;

  static boolean verifies(boolean custom, String url) throws Exception {
    DefaultQimenClient client = new DefaultQimenClient(url, "key", "secret");
    client.setNeedEnableLogger(false);
    Ask ask = new Ask();
    if (custom) ask.addQueryParam("route", "east");
    client.execute(ask);
    TreeMap<String, String> params = new TreeMap<>();
    for (String pair : query.split("&")) {
      String[] part = pair.split("=", 2);
      params.put(part[0], URLDecoder.decode(part[1], StandardCharsets.UTF_8));
    }
    String sign = params.remove("sign");
    StringBuilder base = new StringBuilder("secret");
    params.forEach((name, value) -> base.append(name).append(value));
    base.append(body).append("secret");
    byte[] digest =
        MessageDigest.getInstance("MD5").digest(base.toString().getBytes(StandardCharsets.UTF_8));
    String own = HexFormat.of().withUpperCase().formatHex(digest);
    System.out.println((custom ? "with" : "without") + " addQueryParam: sent " + params.keySet()
        + ", signature " + (own.equals(sign) ? "verifies" : "does not verify"));
    return own.equals(sign) && !params.containsKey("route");
  }

  public static void main(String[] args) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext("/", (exchange) -> {
      query = exchange.getRequestURI().getRawQuery();
      body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      byte[] answer = "<response><flag>success</flag></response>".getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("content-type", "text/xml;charset=utf-8");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
      exchange.close();
    });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/router/qimen/service";
    boolean plain = verifies(false, url);
    boolean custom = verifies(true, url);
    server.stop(0);
    System.out.println(plain && !custom ? "as found" : "changed");
    System.exit(plain && !custom ? 0 : 1);
  }
}
EOF
java -cp 'libs/*' Probe.java
