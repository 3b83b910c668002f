import com.qimen.api.DefaultQimenClient;
import com.qimen.api.QimenRequest;
import com.qimen.api.QimenResponse;
import com.taobao.api.BaseTaobaoRequest;
import com.taobao.api.DefaultTaobaoClient;
import com.taobao.api.TaobaoResponse;
import com.taobao.api.internal.util.TaobaoHashMap;
import com.taobao.api.internal.util.json.JSONReader;
import com.taobao.api.internal.util.json.JSONValidatingReader;
import com.taobao.api.internal.util.json.JSONWriter;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Drives the official TOP and Qimen clients as an integrator does: with request and response classes
 * like those that the platform generates. Reads {url, appKey, secret, client, calls} from standard
 * input and prints what each call came to in the clients' own terms. client is "json", "xml" or
 * "simplify" for TOP, "qimen" for Qimen.
 */
public final class OfficialClient {
  private OfficialClient() {}

  public static void main(String[] args) throws Exception {
    JSONReader reader = new JSONValidatingReader();
    String input = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    Map<?, ?> asked = (Map<?, ?>) reader.read(input);
    String client = text(asked, "client");
    List<Object> outcomes = new ArrayList<>();
    for (Object call : (List<?>) asked.get("calls")) {
      Map<?, ?> one = (Map<?, ?>) call;
      outcomes.add(client.equals("qimen") ? qimen(asked, one) : top(asked, one, client));
    }
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.print(new JSONWriter().write(outcomes));
    out.flush();
  }

  static String text(Map<?, ?> from, String name) {
    Object value = from.get(name);
    return value == null ? null : value.toString();
  }

  private static Map<String, Object> top(Map<?, ?> access, Map<?, ?> call, String client)
      throws Exception {
    String format = client.equals("xml") ? "xml" : "json";
    DefaultTaobaoClient top =
        new DefaultTaobaoClient(
            text(access, "url"), text(access, "appKey"), text(access, "secret"), format);
    top.setNeedEnableLogger(false);
    top.setUseSimplifyJson(client.equals("simplify"));
    String method = text(call, "method");
    TopRequest<? extends TaobaoResponse> request = new TopRequest<>(method, answerOf(method));
    ((Map<?, ?>) call.get("params"))
        .forEach((name, value) -> request.putOtherTextParam(name.toString(), value.toString()));
    TaobaoResponse response = top.execute(request);
    Map<String, Object> outcome = new LinkedHashMap<>();
    outcome.put("success", response.isSuccess());
    outcome.put("errorCode", response.getErrorCode());
    outcome.put("subCode", response.getSubCode());
    outcome.put("subMessage", response.getSubMsg());
    outcome.put("answer", response);
    return outcome;
  }

  private static Class<? extends TaobaoResponse> answerOf(String method) {
    switch (method) {
      case "taobao.trade.fullinfo.get":
        return TopAnswers.FullTradeResponse.class;
      case "taobao.scitem.add":
        return TopAnswers.ScItemAddResponse.class;
      case "taobao.scitem.map.add":
        return TopAnswers.ScItemMapAddResponse.class;
      default:
        return TopAnswers.ReportResponse.class;
    }
  }

  private static Map<String, Object> qimen(Map<?, ?> access, Map<?, ?> call) throws Exception {
    DefaultQimenClient qimen =
        new DefaultQimenClient(
            text(access, "url"), text(access, "appKey"), text(access, "secret"));
    qimen.setNeedEnableLogger(false);
    Map<?, ?> params = (Map<?, ?>) call.get("params");
    QimenResponse response = qimen.execute(qimenRequest(text(call, "method"), params));
    Map<String, Object> outcome = new LinkedHashMap<>();
    outcome.put("success", response.isSuccess());
    outcome.put("code", response.getCode());
    outcome.put("message", response.getMessage());
    outcome.put("answer", response);
    return outcome;
  }

  private static QimenRequest<? extends QimenResponse> qimenRequest(
      String method, Map<?, ?> params) {
    switch (method) {
      case "taobao.qimen.store.create":
        return new QimenMessages.StoreCreateRequest(text(params, "storeCode"));
      case "taobao.qimen.store.query":
        return new QimenMessages.StoreQueryRequest(text(params, "storeId"));
      case "taobao.qimen.itemstore.banding":
        return new QimenMessages.BandingRequest(text(params, "itemId"), longs(params, "storeIds"));
      case "taobao.qimen.itemstore.query":
        return new QimenMessages.ItemStoreQueryRequest(text(params, "itemId"));
      case "taobao.qimen.storeinventory.iteminitial":
        return new QimenMessages.UploadRequest(params);
      default:
        throw new IllegalArgumentException(method);
    }
  }

  private static List<Long> longs(Map<?, ?> from, String name) {
    List<Long> numbers = new ArrayList<>();
    for (Object one : (List<?>) from.get(name)) numbers.add(Long.valueOf(one.toString()));
    return numbers;
  }

  /** A TOP request whose fields are given by name. */
  public static final class TopRequest<T extends TaobaoResponse> extends BaseTaobaoRequest<T> {
    private final String method;
    private final Class<T> responseClass;

    TopRequest(String method, Class<T> responseClass) {
      this.method = method;
      this.responseClass = responseClass;
    }

    @Override
    public String getApiMethodName() {
      return method;
    }

    @Override
    public Map<String, String> getTextParams() {
      return udfParams == null ? new TaobaoHashMap() : udfParams;
    }

    @Override
    public Class<T> getResponseClass() {
      return responseClass;
    }

    @Override
    public void check() {}
  }
}
