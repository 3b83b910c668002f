import com.taobao.api.TaobaoResponse;
import com.taobao.api.internal.mapping.ApiField;
import com.taobao.api.internal.mapping.ApiListField;
import java.util.List;

/** Response classes of TOP methods, as the platform generates them. */
final class TopAnswers {
  private TopAnswers() {}

  public static final class FullTradeResponse extends TaobaoResponse {
    @ApiField("trade")
    private Trade trade;

    @ApiListField("omni_lines")
    @ApiField("omni_line")
    private List<OmniLine> omniLines;

    public Trade getTrade() {
      return trade;
    }

    public void setTrade(Trade trade) {
      this.trade = trade;
    }

    public List<OmniLine> getOmniLines() {
      return omniLines;
    }

    public void setOmniLines(List<OmniLine> omniLines) {
      this.omniLines = omniLines;
    }
  }

  public static final class Trade {
    @ApiField("tid")
    private Long tid;

    @ApiField("tid_str")
    private String tidStr;

    @ApiField("status")
    private String status;

    @ApiListField("orders")
    @ApiField("order")
    private List<Order> orders;

    public Long getTid() {
      return tid;
    }

    public void setTid(Long tid) {
      this.tid = tid;
    }

    public String getTidStr() {
      return tidStr;
    }

    public void setTidStr(String tidStr) {
      this.tidStr = tidStr;
    }

    public String getStatus() {
      return status;
    }

    public void setStatus(String status) {
      this.status = status;
    }

    public List<Order> getOrders() {
      return orders;
    }

    public void setOrders(List<Order> orders) {
      this.orders = orders;
    }
  }

  public static final class Order {
    @ApiField("oid")
    private Long oid;

    @ApiField("oid_str")
    private String oidStr;

    @ApiField("num")
    private Long num;

    @ApiField("payment")
    private String payment;

    public Long getOid() {
      return oid;
    }

    public void setOid(Long oid) {
      this.oid = oid;
    }

    public String getOidStr() {
      return oidStr;
    }

    public void setOidStr(String oidStr) {
      this.oidStr = oidStr;
    }

    public Long getNum() {
      return num;
    }

    public void setNum(Long num) {
      this.num = num;
    }

    public String getPayment() {
      return payment;
    }

    public void setPayment(String payment) {
      this.payment = payment;
    }
  }

  public static final class OmniLine {
    @ApiField("oid")
    private Long oid;

    @ApiField("oid_str")
    private String oidStr;

    @ApiField("target")
    private Place target;

    public Long getOid() {
      return oid;
    }

    public void setOid(Long oid) {
      this.oid = oid;
    }

    public String getOidStr() {
      return oidStr;
    }

    public void setOidStr(String oidStr) {
      this.oidStr = oidStr;
    }

    public Place getTarget() {
      return target;
    }

    public void setTarget(Place target) {
      this.target = target;
    }
  }

  public static final class Place {
    @ApiField("store_type")
    private String storeType;

    @ApiField("store_code")
    private String storeCode;

    public String getStoreType() {
      return storeType;
    }

    public void setStoreType(String storeType) {
      this.storeType = storeType;
    }

    public String getStoreCode() {
      return storeCode;
    }

    public void setStoreCode(String storeCode) {
      this.storeCode = storeCode;
    }
  }

  public static final class ScItemAddResponse extends TaobaoResponse {
    @ApiField("sc_item")
    private ScItem scItem;

    public ScItem getScItem() {
      return scItem;
    }

    public void setScItem(ScItem scItem) {
      this.scItem = scItem;
    }
  }

  public static final class ScItem {
    @ApiField("item_id")
    private Long itemId;

    @ApiField("item_name")
    private String itemName;

    @ApiField("outer_code")
    private String outerCode;

    public Long getItemId() {
      return itemId;
    }

    public void setItemId(Long itemId) {
      this.itemId = itemId;
    }

    public String getItemName() {
      return itemName;
    }

    public void setItemName(String itemName) {
      this.itemName = itemName;
    }

    public String getOuterCode() {
      return outerCode;
    }

    public void setOuterCode(String outerCode) {
      this.outerCode = outerCode;
    }
  }

  public static final class ScItemMapAddResponse extends TaobaoResponse {
    @ApiField("outer_code")
    private String outerCode;

    public String getOuterCode() {
      return outerCode;
    }

    public void setOuterCode(String outerCode) {
      this.outerCode = outerCode;
    }
  }

  /** Answer of the omniorder methods: its code is the client's error code. */
  public static final class ReportResponse extends TaobaoResponse {}
}
